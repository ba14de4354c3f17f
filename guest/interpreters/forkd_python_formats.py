"""What a value shows of itself besides its text: the formats that notebooks know, each as text or base 64."""

import binascii
import io
import json
import sys

from forkd_python_charts import chart_of

MAX_FORMAT_BYTES = 4 * 1024 * 1024
MAX_DATA_CELLS = 100_000

# The names that the formats have in a result; all others are told by their own type.
NAMES = {
    "text/plain": "text",
    "text/html": "html",
    "text/markdown": "markdown",
    "image/svg+xml": "svg",
    "image/png": "png",
    "image/jpeg": "jpeg",
    "application/pdf": "pdf",
    "text/latex": "latex",
    "application/json": "json",
    "application/javascript": "javascript",
}
METHODS = {
    "text/html": "_repr_html_",
    "text/markdown": "_repr_markdown_",
    "image/svg+xml": "_repr_svg_",
    "image/png": "_repr_png_",
    "image/jpeg": "_repr_jpeg_",
    "application/pdf": "_repr_pdf_",
    "text/latex": "_repr_latex_",
    "application/json": "_repr_json_",
    "application/javascript": "_repr_javascript_",
}


def is_plain(value):
    """Most values are, and it is quickly told of them."""
    return type(value).__module__ == "builtins"


def bundle_of(value):
    """Content by MIME type. Methods are those of the class: an object may claim to have any."""
    bundle = {}
    for mime, name in METHODS.items():
        if hasattr(type(value), name):
            bundle[mime] = ask(value, name)
    if hasattr(type(value), "_repr_mimebundle_"):
        bundle.update(ask(value, "_repr_mimebundle_", include=None, exclude=None) or {})
    if is_figure(value):
        bundle["image/png"] = render_figure(value)
    return {mime: content for mime, content in bundle.items() if content is not None}


def ask(value, name, **options):
    """One format; one that fails is left out, and said so."""
    try:
        content = getattr(value, name)(**options)
    except Exception as error:
        print(f"{type(value).__name__}.{name}: {type(error).__name__}: {error}", file=sys.stderr)
        return None
    # Some give what describes the content beside it.
    return content[0] if isinstance(content, tuple) and content else content


def is_figure(value):
    return type(value).__module__ == "matplotlib.figure" and hasattr(value, "savefig")


def render_figure(figure):
    image = io.BytesIO()
    figure.savefig(image, format="png", bbox_inches="tight")
    return image.getvalue()


def chart_text(figure):
    """What a figure shows, as JSON, once it was drawn; None where that is not told as data."""
    try:
        text = json.dumps(chart_of(figure), allow_nan=False)
    except Exception:
        return None
    return text if text != "null" and len(text) <= MAX_FORMAT_BYTES else None


def data_of(value):
    """The columns of a table of pandas as JSON, by their names; None when it is none, or too large for that."""
    if type(value).__name__ != "DataFrame" or not type(value).__module__.startswith("pandas."):
        return None
    try:
        if value.shape[0] * value.shape[1] > MAX_DATA_CELLS:
            return None
        table = json.loads(value.to_json(orient="split", date_format="iso"))
        columns = {str(name): [row[at] for row in table["data"]] for at, name in enumerate(table["columns"])}
        return json.dumps(columns, allow_nan=False)
    except Exception:
        return None


def write_content(mime, content):
    """As text, with base 64 for bytes; None when it cannot be, or is too long."""
    try:
        text = encode_content(mime, content)
    except Exception:
        return None
    return text if len(text.encode("utf-8", "backslashreplace")) <= MAX_FORMAT_BYTES else None


def encode_content(mime, content):
    if isinstance(content, (bytes, bytearray, memoryview)):
        return binascii.b2a_base64(content, newline=False).decode()
    if mime == "application/json" or mime.endswith("+json"):
        return json.dumps(content, allow_nan=False, default=str)
    return str(content)
