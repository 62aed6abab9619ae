"""What a trained game would do next: its field, Jacobian and symmetries at the end of a run, on the whole laws."""
