"""802.11 on the wire: information elements and management frames, bytes to typed values."""
