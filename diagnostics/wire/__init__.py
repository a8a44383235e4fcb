"""Sockets: one protocol a module, asyncio throughout, no root.

Every coroutine here ends within one second of being cancelled and leaves no
task, thread, child or socket.  Failures are `errors.WireError`; a lost packet
or a silent hop is a value of its own in the result, not a failure.
"""
