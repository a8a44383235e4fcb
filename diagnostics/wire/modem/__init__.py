"""Status pages of modems and routers: pure text to readings, whatever the maker's layout."""
