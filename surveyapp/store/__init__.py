"""Tables, sessions and queries. JSON documents go in and out; the engine's types stay outside."""
