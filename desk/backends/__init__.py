"""One helpdesk a file; `desk.backend` finds them."""
