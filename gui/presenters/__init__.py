"""What each page shows, as plain values made from messages and runs. No Qt in here."""
