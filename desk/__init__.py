"""The provider's side: receives bundles, keeps tickets, shows them to people who help."""
