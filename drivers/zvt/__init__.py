"""Card terminals by ZVT (PA00P015 revision 13.08, PA00P016 revision 04)."""
