"""Elements of HTML, SVG and MathML as text: what others wrote goes in escaped, whatever it is."""

import html


def escaped(text: str) -> str:
    """The text as it reads, also where it looks like markup, or has characters that no file can hold."""
    return html.escape(text.encode("utf-8", "replace").decode())


def element(name: str, *content: str, **attributes: object) -> str:
    """An element of content that is markup already; a trailing _ of an attribute's name is dropped, and another one is a hyphen."""
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{escaped(str(value))}"' for key, value in attributes.items())
    return f"<{name}{said}>{''.join(content)}</{name}>"
