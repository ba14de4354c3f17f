"""How a value or an error is told: text within the limit, JSON where it is plain, the user's own traceback."""

import json
import os
import traceback

from forkd_python_frames import quote

try:
    # Python 3.13 loads it to tell its first misspelt name; a fork, and its rehearsal, find it there.
    import _suggestions
except ImportError:
    pass

MAX_TEXT_BYTES = 1024 * 1024
OWN_FOLDER = os.path.join(os.path.dirname(__file__), "")


def clip(text):
    """Text that is valid UTF-8 and within the limit, and whether something was cut."""
    if len(text) <= MAX_TEXT_BYTES and text.isascii():
        return text, False
    data = text.encode("utf-8", "backslashreplace")
    return data[:MAX_TEXT_BYTES].decode("utf-8", "ignore"), len(data) > MAX_TEXT_BYTES


def plain_item(item):
    """What `json` does not know by itself: scalars of numpy."""
    if type(item).__module__ == "numpy" and getattr(item, "ndim", None) == 0 and hasattr(item, "item"):
        return item.item()
    raise TypeError


encode_value = json.JSONEncoder(allow_nan=False, default=plain_item).encode


def as_json(value):
    """The value as JSON text, or None when it is not plainly JSON."""
    try:
        text = encode_value(value)
    except (TypeError, ValueError, RecursionError, OverflowError):
        return None
    return text if len(text) <= MAX_TEXT_BYTES else None


def describe_value(value):
    if value is None:
        return {}
    text, cut = clip(repr(value))
    if cut:
        return {"result": text, "truncated": True}
    # A whole number looks the same in both.
    return {"result": text, "result_json": text if type(value) is int else as_json(value)}


def write_answer(answer):
    """The frame that answers a call. Most are short and plain, and JSON's encoder is much code for a cold child."""
    json_text = answer.get("result_json")
    if json_text is None or "truncated" in answer:
        return {"op": "result", **answer}
    return '{"op":"result","result":' + quote(answer["result"]) + ',"result_json":' + quote(json_text) + "}"


def visible_traceback(error):
    """The part that begins with the user's own code."""
    tb = error.__traceback__
    while tb is not None and not tb.tb_frame.f_code.co_filename.startswith("<cell "):
        tb = tb.tb_next
    return tb


def format_traceback(error):
    report = traceback.TracebackException(type(error), error, visible_traceback(error))
    for part in (report, report.__cause__, report.__context__):
        if part is not None:
            part.stack[:] = [frame for frame in part.stack if not frame.filename.startswith(OWN_FOLDER)]
    return "".join(report.format())


def describe_error(error):
    kind = type(error).__name__
    try:
        message = str(error)
    except BaseException:
        message = "<its message cannot be shown>"
    try:
        lines = format_traceback(error)
    except BaseException as failure:
        lines = f"{kind}: <no traceback: {type(failure).__name__}>\n"
    text, text_cut = clip(lines)
    summary, summary_cut = clip(f"{kind}: {message}" if message else kind)
    return {"error": summary, "error_name": kind, "traceback": text, "truncated": text_cut or summary_cut}
