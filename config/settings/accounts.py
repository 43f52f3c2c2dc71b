"""Sign-in: e-mail and password, a second factor, sessions, and a university's single sign-on."""

from typing import Any
from urllib.parse import urlsplit

from config.environment import Variables

APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
# A person names one of these roles, or is staff: who decides, certifies or runs the site.
SECOND_FACTOR_ROLES = ["director", "certifier"]
SECOND_FACTOR_REQUIRED = False

ACCOUNT_ADAPTER = "competency.web.adapters.Accounts"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CHANGE_EMAIL = True  # a new address takes the old one's place once it is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody gets mail because somebody typed their address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "sign-in"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 10 * 60

MFA_ADAPTER = "competency.web.adapters.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks of phones are up to half a minute off
MFA_TOTP_ISSUER = "Credence"
MFA_RECOVERY_CODES_SHOW_ONCE = True

USERSESSIONS_ADAPTER = "competency.web.adapters.Sessions"

SOCIALACCOUNT_ADAPTER = "competency.web.adapters.SingleSignOn"
# The provider says that an address is verified, and an account has it: that is the person.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False


def single_sign_on(variables: Variables) -> tuple[dict[str, Any], str]:
    """The provider that OIDC_SERVER names, and its origin; nothing where it is not set."""
    if not variables.is_set("OIDC_SERVER"):
        return {}, ""
    server = variables.text("OIDC_SERVER").rstrip("/")
    parts = urlsplit(server)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        variables.refuse("OIDC_SERVER", "is not an address such as https://login.example.edu.")
    app = {
        "provider_id": "single-sign-on",
        "name": variables.text("OIDC_NAME", parts.hostname or ""),
        "client_id": variables.text("OIDC_CLIENT_ID"),
        "secret": variables.text("OIDC_CLIENT_SECRET"),
        "settings": {"server_url": server, "oauth_pkce_enabled": True},
    }
    provider = {"openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}}
    return provider, f"{parts.scheme}://{parts.netloc}"
