"""The WiFi guest: a home whose radios are real to the kernel, in a throw-away Linux of its own."""
