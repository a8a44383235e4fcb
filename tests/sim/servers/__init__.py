"""What answers in the lab: resolvers, web sites, speed servers, clocks."""
