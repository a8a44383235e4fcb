"""What several probes share: series of echoes, looking up names, finding the home's own places."""
