"""The trusted end of the wire: sessions, answers and stand-ins for what stays inside."""
