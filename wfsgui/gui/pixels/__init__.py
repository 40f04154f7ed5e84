"""Table of the pixels under the cursor."""
