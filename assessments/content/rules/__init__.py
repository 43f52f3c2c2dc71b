"""What a schema cannot say of content: references, order, completeness. Pure."""
