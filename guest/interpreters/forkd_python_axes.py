"""What the axes of a figure say, and what is drawn along them, as JSON has it."""

import bisect
import math
import re


def planes(axes):
    """What both axes say of themselves."""
    return {**titles("x", axes.get_xlabel()), **titles("y", axes.get_ylabel())}


def titles(name, label):
    unit = re.search(r"\(([^()]+)\)|\[([^\[\]]+)\]", label)
    return {f"{name}_label": label or None, f"{name}_unit": unit and (unit[1] or unit[2])}


def scales(axes):
    return {**planes(axes), **scale("x", axes.xaxis), **scale("y", axes.yaxis)}


def scale(name, axis):
    labels = [text for _, text in named_ticks(axis)]
    kind = "datetime" if is_of_dates(axis) or is_of_periods(axis) else None
    if kind:
        read = date_reader() if is_of_dates(axis) else period_reader(axis)
        ticks = [plain(read(tick)) for tick in axis.get_ticklocs()]
    else:
        ticks = [exact(tick) for tick in axis.get_ticklocs()]
        kind = kind_of_scale(axis, ticks, labels)
    return {f"{name}_ticks": ticks, f"{name}_tick_labels": labels, f"{name}_scale": kind}


def kind_of_scale(axis, ticks, labels):
    if axis.get_scale() != "linear":
        return axis.get_scale()
    counted = [(float(at), str(at)) for at in range(len(ticks))]
    is_named = all(tick == at and label != number for tick, label, (at, number) in zip(ticks, labels, counted))
    return "categorical" if ticks and is_named else "linear"


def is_of_dates(axis):
    """Of matplotlib's, or of pandas for what is irregular in time, which counts as they do."""
    kind = converter_of(axis)
    return kind.__module__ == "matplotlib.dates" or kind.__name__ == "DatetimeConverter"


def is_of_periods(axis):
    return converter_of(axis).__module__.startswith("pandas.") and getattr(axis, "freq", None) is not None


def date_reader():
    """What makes of a number on an axis of dates the date."""
    from matplotlib.dates import num2date

    return num2date


def period_reader(axis):
    """The same of an axis of pandas, for series that are regular in time."""
    from pandas import Period

    def read(value):
        period = value if isinstance(value, Period) else Period(ordinal=round(value), freq=axis.freq)
        return period.to_timestamp()

    return read


def converter_of(axis):
    # get_converter() is of matplotlib 3.10, which warns of the attribute.
    return type(axis.get_converter() if hasattr(axis, "get_converter") else axis.converter)


def named_ticks(axis):
    """Where ticks are, and what they say. Of those that are hidden get_ticklabels() would tell nothing."""
    places = axis.get_ticklocs()
    return list(zip(places, map(str, axis.get_major_formatter().format_ticks(places))))


def position_reader(axis):
    """What tells the name of a position: that of the tick beside it, if any is near, or else the position itself."""
    from matplotlib.ticker import LogFormatter, ScalarFormatter

    is_plain = isinstance(axis.get_major_formatter(), (ScalarFormatter, LogFormatter))
    ticks = [] if is_plain else sorted(tick for tick in named_ticks(axis) if tick[1])
    places = [place for place, _ in ticks]
    dates = date_reader() if is_of_dates(axis) else None

    def read(position, within=0.5):
        if dates:
            return plain(dates(position))
        at = bisect.bisect(places, position)
        beside = ticks[max(at - 1, 0) : at + 1]
        place, text = min(beside, key=lambda tick: abs(tick[0] - position), default=(math.inf, ""))
        return text if abs(place - position) < within else f"{position:.12g}"

    return read


def plain_list(values, read=None):
    if read is None and getattr(getattr(values, "dtype", None), "kind", "") in ("i", "u", "f"):
        # One by one it takes a hundred times as long.
        return [value if value is not None and math.isfinite(value) else None for value in values.tolist()]
    return [plain(read(value) if read else value) for value in values]


def plain(value):
    """A number or a text, as JSON has them; a gap is null."""
    if hasattr(value, "dtype"):
        value = str(value.astype("datetime64[s]")) if value.dtype.kind == "M" else value.item()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return exact(value)
    return None if value is None else str(value)


def exact(value):
    """Without the last digits, which are those of computing; null for what is no number."""
    return float(f"{float(value):.12g}") if math.isfinite(value) else None
