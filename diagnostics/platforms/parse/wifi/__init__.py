"""What other tools and systems print about WiFi: bytes or text in, one typed value out."""
