"""Security headers of every response, errors included."""

from flask import Flask, Response, request

from surveyapp.config import Config
from surveyapp.web.assets import source_hash

STAFF = ("/sign-in", "/manage", "/analyse")
"""Where the staff's pages are. Their own addresses are told to themselves, so that a browser names the origin of a form."""

_SELF_ONLY = ("script", "img", "font", "media", "connect", "manifest", "worker")


def content_security_policy(stylesheet: str) -> str:
    """Nothing from elsewhere and nothing inline but the one stylesheet, named by its hash."""
    rules = ["default-src 'none'"]
    rules += [f"{kind}-src 'self'" for kind in _SELF_ONLY]
    rules += [
        f"style-src 'self' {source_hash(stylesheet)}",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types surveyapp",
    ]
    return "; ".join(rules)


def fixed_headers(stylesheet: str, *, https: bool) -> dict[str, str]:
    """Header name -> value, the same for every page of the installation."""
    headers = {
        "Content-Security-Policy": content_security_policy(stylesheet),
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()",
    }
    if https:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    return headers


def install(app: Flask, config: Config, stylesheet: str) -> None:
    """Put the headers on every response; pages are not kept by caches unless they say otherwise."""
    headers = tuple(fixed_headers(stylesheet, https=config.public_url.startswith("https://")).items())

    @app.after_request
    def add(response: Response) -> Response:
        response.headers.extend(headers)
        if request.path.startswith(STAFF):
            response.headers["Referrer-Policy"] = "same-origin"
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response


def comes_from_elsewhere(public_url: str) -> bool:
    """The browser says that another site made this request. ``Origin: null`` says nothing: no-referrer causes it."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    return request.headers.get("Origin") not in (None, "null", request.host_url.rstrip("/"), public_url)
