"""The look: colours, type and spacing from one provider accent."""
