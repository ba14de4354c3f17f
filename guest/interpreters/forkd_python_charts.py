"""What a figure of matplotlib shows, as data: the charts that E2B's clients know, by the names that they have there."""

import math

from forkd_python_axes import date_reader, exact, is_of_dates, is_of_periods, period_reader, plain_list, planes
from forkd_python_axes import position_reader, scales, titles

# A figure of more is a picture alone: that is quickly told, and data of it is not.
MAX_POINTS = 20_000
# How far a bar may be from the tick that names it, in distances between bars: those of a group stand beside it.
NEAR_TICK = 0.5
# Each looks at all lines.
MAX_BOXES = 200


def chart_of(figure):
    """A dictionary for JSON; None when nothing was drawn, or more than is told as data."""
    drawn = [axes for axes in figure.axes if axes.get_label() != "<colorbar>" and axes.has_data()]
    if not drawn or sum(count_points(axes) for axes in drawn) > MAX_POINTS:
        return None
    charts = [describe(axes) for axes in drawn]
    if len(charts) == 1:
        return charts[0]
    # get_suptitle() is of matplotlib 3.8.
    title = figure._suptitle
    return {"type": "superchart", "title": title and title.get_text() or None, "elements": charts}


def count_points(axes):
    lines, groups = (len(line.get_xdata()) for line in axes.lines), (len(each.get_offsets()) for each in axes.collections)
    return sum(lines) + sum(groups) + len(axes.patches)


def describe(axes):
    chart = {"type": "unknown", "title": axes.get_title() or None, "elements": []}
    # What is drawn of three dimensions are projections, which nobody gave.
    for kind, find, finish in KINDS if axes.name != "3d" else ():
        elements = find(axes)
        if elements:
            return {**chart, "type": kind, **finish(axes), "elements": elements}
    return chart


def only(axes, *lists):
    """Whether nothing is drawn but what is in these of an axes' lists."""
    every = ("lines", "patches", "collections", "images", "tables")
    return not any(len(getattr(axes, name)) for name in every if name not in lists)


def is_reference(line):
    """A line of a grid, or a rule: straight across."""
    if len(line.get_xdata()) != 2 or len(line.get_ydata()) != 2:
        return False
    x, y = list(line.get_xdata()), list(line.get_ydata())
    return x[0] == x[1] or y[0] == y[1]


def find_lines(axes):
    lines = [line for line in axes.lines if not is_reference(line)]
    if not only(axes, "lines"):
        return []
    read = period_reader(axes.xaxis) if is_of_periods(axes.xaxis) else None
    return [
        series(name_of(line, "Line", at), line.get_xdata(), line.get_ydata(), read) for at, line in enumerate(lines)
    ]


def find_points(axes):
    import numpy
    from matplotlib.collections import PathCollection

    if not only(axes, "lines", "collections") or not all(is_reference(line) for line in axes.lines):
        return []
    if not all(type(each) is PathCollection for each in axes.collections):
        return []
    readers = [date_reader() if is_of_dates(axis) else None for axis in (axes.xaxis, axes.yaxis)]
    return [
        series(name_of(each, "Points", at), *numpy.ma.filled(each.get_offsets(), math.nan).T, *readers)
        for at, each in enumerate(axes.collections)
    ]


def series(label, x, y, read_x=None, read_y=None):
    return {"label": label, "points": [list(point) for point in zip(plain_list(x, read_x), plain_list(y, read_y))]}


def find_wedges(axes):
    from matplotlib.patches import Wedge

    if not only(axes, "patches") or not all(isinstance(patch, Wedge) for patch in axes.patches):
        return []
    return [
        {
            "label": "" if patch.get_label().startswith("_") else patch.get_label(),
            "angle": exact(abs(patch.theta2 - patch.theta1)),
            "radius": exact(patch.r),
        }
        for patch in axes.patches
    ]


def find_bars(axes):
    groups = bar_groups(axes)
    count = sum(len(container) for container in groups)
    if count == 0 or count != len(axes.patches) or not all(is_reference(line) for line in axes.lines):
        return []
    readers = position_reader(axes.xaxis), position_reader(axes.yaxis)
    return [bar for at, container in enumerate(groups) for bar in describe_bars(container, at, *readers)]


def bar_groups(axes):
    return [each for each in axes.containers if type(each).__name__ == "BarContainer"]


def describe_bars(container, at, read_x, read_y):
    lying = container.orientation == "horizontal"
    read = read_y if lying else read_x
    middles = [
        bar.get_y() + bar.get_height() / 2 if lying else bar.get_x() + bar.get_width() / 2 for bar in container
    ]
    distance = min((abs(b - a) for a, b in zip(middles, middles[1:]) if a != b), default=1)
    return [
        {
            "label": read(middle, distance * NEAR_TICK),
            "group": name_of(container, "Group", at),
            "value": exact(bar.get_width() if lying else bar.get_height()),
        }
        for bar, middle in zip(container, middles)
    ]


def find_boxes(axes):
    """Of `boxplot`, whose boxes are lines or, filled, patches."""
    if not only(axes, "lines", "patches"):
        return []
    filled, drawn = [corners_of(patch) for patch in axes.patches], [corners_of(line) for line in axes.lines]
    boxes = [box for box in [*filled, *drawn] if box]
    if not 0 < len(boxes) <= MAX_BOXES or not all(filled):
        return []
    parts = [straight(line) for line, corners in zip(axes.lines, drawn) if not corners]
    readers = position_reader(axes.xaxis), position_reader(axes.yaxis)
    return [each for each in (describe_box(box, parts, *readers) for box in boxes) if each]


def corners_of(artist):
    """(left, right, bottom, top) of what is drawn as an upright rectangle by a path of its own, or nothing."""
    path = artist.get_path() if hasattr(artist, "get_path") else None
    if path is None or type(artist).__name__ not in ("Line2D", "PathPatch") or not 5 <= len(path.vertices) <= 6:
        return None
    points = [(float(x), float(y)) for x, y in path.vertices]
    if points[0] not in points[4:]:
        return None
    x, y = sorted({x for x, _ in points}), sorted({y for _, y in points})
    # Of equal quartiles it has no height.
    return (x[0], x[-1], y[0], y[-1]) if sorted((len(x), len(y))) in ([1, 2], [2, 2]) else None


def describe_box(box, parts, read_x, read_y):
    standing = find_box_parts(box, parts)
    if standing:
        return {"label": read_x((box[0] + box[1]) / 2), **standing}
    lying = find_box_parts((*box[2:], *box[:2]), [(y, x, drawn) for x, y, drawn in parts])
    return lying and {"label": read_y((box[2] + box[3]) / 2), **lying}


def straight(line):
    """The points of a line, and whether it is drawn between them."""
    drawn = line.get_linestyle() not in ("None", "none", " ", "")
    return [float(x) for x in line.get_xdata()], [float(y) for y in line.get_ydata()], drawn


def find_box_parts(box, parts):
    """The values of a box that stands; None when it has no median across, as one that lies has not."""
    left, right, bottom, top = box
    middle = (left + right) / 2
    median, low, high, outliers = None, bottom, top, []
    for x, y, drawn in parts:
        if not x or abs(sum(x) / len(x) - middle) > (right - left) / 100:
            continue
        if not drawn:
            outliers += y
        elif len(y) == 2 and y[0] == y[1] and {*x} == {left, right} and bottom <= y[0] <= top:
            # As wide as the box: the ends of whiskers, which may lie on it, are not.
            median = y[0]
        elif len(y) == 2 and x[0] == x[1]:
            low, high = min(low, *y), max(high, *y)
    if median is None:
        return None
    # A mean has a marker too.
    outliers = [each for each in outliers if not low <= each <= high]
    values = {"min": low, "first_quartile": bottom, "median": median, "third_quartile": top, "max": high}
    return {**{name: exact(value) for name, value in values.items()}, "outliers": [exact(each) for each in outliers]}


def name_of(artist, kind, at):
    """Its label, or its number where it was given none."""
    label = str(artist.get_label())
    return f"{kind} {at}" if label.startswith("_") or not label else label


def bar_planes(axes):
    """Bars that lie are told as if they stood."""
    if any(container.orientation == "horizontal" for container in bar_groups(axes)):
        return {**titles("x", axes.get_ylabel()), **titles("y", axes.get_xlabel())}
    return planes(axes)


def nothing(_axes):
    return {}


# The first that finds all that is drawn: by its type in E2B's clients, its elements, and what its axes say.
KINDS = (
    ("box_and_whisker", find_boxes, planes),
    ("line", find_lines, scales),
    ("scatter", find_points, scales),
    ("pie", find_wedges, nothing),
    ("bar", find_bars, bar_planes),
)
