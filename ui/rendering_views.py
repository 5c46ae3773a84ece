"""The views of the window, as links in its masthead that the window's script follows."""

from ui import wording


def show_views(*, has_evals: bool) -> str:
    """Chat and library, and the Evals tab where there is one."""
    evals = f'<a href="#evals" data-view="evals">{wording.EVALS}<span class="dl-running" hidden></span></a>'
    return (
        f'<nav class="dl-views" aria-label="{wording.VIEWS}">'
        f'<a href="#" data-view="chat" aria-current="page">{wording.CHAT}</a>'
        f'<a href="#library" data-view="library">{wording.LIBRARY}</a>{evals if has_evals else ""}</nav>'
    )
