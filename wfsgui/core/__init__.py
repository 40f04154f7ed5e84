"""What things are and what is measured: no Qt, no jwst."""
