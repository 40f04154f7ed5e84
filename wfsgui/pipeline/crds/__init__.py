"""The client of CRDS as the engine uses it: connection, context, rules, selection and files."""
