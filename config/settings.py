"""One file, everything from the environment. README lists the variables."""

import json
import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from oscar.defaults import *  # noqa: F403

from config import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def flag(name: str, default: bool = False) -> bool:
    """True for 1, true, yes, on."""
    return os.environ.get(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


# --- Who and where -----------------------------------------------------------------------------
DEVELOPMENT_KEY = "development-only-key-that-check---deploy-refuses"
SECRET_KEY = os.environ.get("SECRET_KEY", DEVELOPMENT_KEY)
DEBUG = flag("DEBUG")
DEMO = flag("DEMO")
PORT = int(os.environ.get("PORT", "8000"))
SITE_URL = os.environ.get("SITE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
_host = urlsplit(SITE_URL).hostname or "127.0.0.1"
ALLOWED_HOSTS = [h for h in os.environ.get("ALLOWED_HOSTS", "").split(",") if h] or [
    _host, "127.0.0.1", "localhost",
]  # fmt: skip
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SITE_ID = 1
SECURE = SITE_URL.startswith("https://")
SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail previews pages in a frame of the same origin
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # which wants DENY

# --- PostgreSQL, Valkey, Celery ----------------------------------------------------------------
DATABASE_URL = os.environ.get("DATABASE_URL") or embedded.database_url()
REDIS_URL = os.environ.get("REDIS_URL") or embedded.redis_url()
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60, conn_health_checks=True)}
# A statement asked for the third time is planned no more: a third of what PostgreSQL does for an order was planning.
DATABASES["default"]["OPTIONS"] = {"server_side_binding": True, "prepare_threshold": 3}
ATOMIC_REQUESTS = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_redis_options = {"socket_timeout": 2, "socket_connect_timeout": 2}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": _redis_options,
    }
}


def broker(url: str) -> str:
    """Celery's name for a Valkey address; a unix socket has another scheme there."""
    if not url.startswith("unix://"):
        return url
    parts = urlsplit(url)
    number = parse_qs(parts.query).get("db", ["0"])[0]
    return f"redis+socket://{parts.path}?virtual_host={number}"


CELERY_BROKER_URL = broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_DEFAULT_QUEUE = "background"
CELERY_TASK_ROUTES = {
    "marketplace.checkout.*": {"queue": "checkout"},
    "marketplace.tills.*": {"queue": "sync"},
    "marketplace.search.*": {"queue": "sync"},
    "marketplace.notices.*": {"queue": "notices"},
}
# A task of a killed worker is given out again within 30 seconds; a hung broker never hangs a page.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 27,  # more than a task may take, and with the interval less than half a minute
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
}
CELERY_TASK_TIME_LIMIT = 25
CELERY_TASK_SOFT_TIME_LIMIT = 20
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TIMEZONE = "Asia/Ho_Chi_Minh"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat")

# --- Apps ------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "config.apps.ConfigConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.flatpages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    # Ours, from the ground up
    "marketplace.journal",
    "marketplace.notices",
    "marketplace.places",
    "marketplace.people",
    "marketplace.locations",
    "marketplace.certificates",
    "marketplace.stock",
    "marketplace.boxes",
    "marketplace.tills",
    "marketplace.fulfilment",
    "marketplace.invoices",
    "marketplace.cash",
    "marketplace.settlement",
    "marketplace.desk",
    "marketplace.api",
    "storefront",
    # Oscar, with our forks
    "oscar.config.Shop",
    "oscar.apps.analytics.apps.AnalyticsConfig",
    "marketplace.checkout",
    "marketplace.address",
    "marketplace.shipping",
    "catalogue",
    "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
    "oscar.apps.communication.apps.CommunicationConfig",
    "marketplace.partner",
    "marketplace.basket",
    "marketplace.payment",
    "oscar.apps.offer.apps.OfferConfig",
    "marketplace.order",
    "oscar.apps.customer.apps.CustomerConfig",
    "marketplace.search",
    "oscar.apps.voucher.apps.VoucherConfig",
    "oscar.apps.wishlists.apps.WishlistsConfig",
    "marketplace.dashboard",
    "oscar.apps.dashboard.reports.apps.ReportsDashboardConfig",
    "oscar.apps.dashboard.users.apps.UsersDashboardConfig",
    "oscar.apps.dashboard.orders.apps.OrdersDashboardConfig",
    "oscar.apps.dashboard.catalogue.apps.CatalogueDashboardConfig",
    "oscar.apps.dashboard.offers.apps.OffersDashboardConfig",
    "oscar.apps.dashboard.partners.apps.PartnersDashboardConfig",
    "oscar.apps.dashboard.pages.apps.PagesDashboardConfig",
    "oscar.apps.dashboard.ranges.apps.RangesDashboardConfig",
    "oscar.apps.dashboard.reviews.apps.ReviewsDashboardConfig",
    "oscar.apps.dashboard.vouchers.apps.VouchersDashboardConfig",
    "oscar.apps.dashboard.communications.apps.CommunicationsDashboardConfig",
    "oscar.apps.dashboard.shipping.apps.ShippingDashboardConfig",
    "widget_tweaks",
    "haystack",
    "treebeard",
    "django_tables2",
    # Wagtail
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_htmx",
    "ninja",  # the files of the API's docs page
    "csp",
]
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["marketplace.people.sign_in.EmailOrPhone"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 24 * 3600
RATELIMIT_IP_META_KEY = os.environ.get(
    "CLIENT_ADDRESS", "REMOTE_ADDR"
)  # behind a proxy: the header it sets, HTTP_X_REAL_IP
LOGIN_URL = "account:sign-in"
LOGIN_REDIRECT_URL = "account:home"
LOGOUT_REDIRECT_URL = "/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "config.policy.OfficePolicy",  # below it: answers pass here first
    "django_htmx.middleware.HtmxMiddleware",
    "oscar.apps.basket.middleware.BasketMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "config.leading.LeadBack",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "frame-ancestors": [SELF],
        "form-action": [SELF, "https://checkout.stripe.com"],
    }
}  # fmt: skip

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "storefront" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.template.context_processors.i18n",
                "django.contrib.messages.context_processors.messages",
                "storefront.context.shop",
                "oscar.apps.checkout.context_processors.checkout",
                "oscar.core.context_processors.metadata",
            ],
        },
    }
]

# --- Language, numbers, time -------------------------------------------------------------------
LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = USE_TZ = USE_THOUSAND_SEPARATOR = True
TIME_ZONE = "Asia/Ho_Chi_Minh"
DATE_FORMAT, DATETIME_FORMAT = "d/m/Y", "H:i, d/m/Y"  # where Oscar asks the settings and no language

# --- Files -----------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "media/"
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT") or VAR_DIR / "media")
AWS_STORAGE_BUCKET_NAME = os.environ.get(
    "AWS_STORAGE_BUCKET_NAME", ""
)  # keys: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY
AWS_S3_REGION_NAME = os.environ.get("AWS_S3_REGION_NAME", "ap-southeast-1")
AWS_S3_ENDPOINT_URL = os.environ.get("AWS_S3_ENDPOINT_URL") or f"https://s3.{AWS_S3_REGION_NAME}.amazonaws.com"
AWS_S3_ADDRESSING_STYLE, AWS_S3_SIGNATURE_VERSION, AWS_S3_FILE_OVERWRITE = "path", "s3v4", False
if AWS_STORAGE_BUCKET_NAME:
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["img-src"].append(AWS_S3_ENDPOINT_URL)
_files = "django.core.files.storage.FileSystemStorage"
STORAGES = {
    "default": {"BACKEND": "storages.backends.s3.S3Storage" if AWS_STORAGE_BUCKET_NAME else _files},
    "staticfiles": {"BACKEND": "storefront.stylesheet.StylesheetStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024


def email(url: str) -> dict[str, object]:
    """Django's e-mail settings of smtp://user:password@host:587?tls=1, file:///path, memory: or console:."""
    parts, backends = urlsplit(url), "django.core.mail.backends"
    if parts.scheme == "file":
        return {"EMAIL_BACKEND": f"{backends}.filebased.EmailBackend", "EMAIL_FILE_PATH": parts.path}
    if parts.scheme in {"memory", "console"}:
        name = {"memory": "locmem", "console": "console"}[parts.scheme]
        return {"EMAIL_BACKEND": f"{backends}.{name}.EmailBackend"}
    query = parse_qs(parts.query)
    return {
        "EMAIL_BACKEND": f"{backends}.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or 25,
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": "tls" in query or parts.scheme == "smtp+tls",
        "EMAIL_USE_SSL": "ssl" in query or parts.scheme == "smtps",
        "EMAIL_TIMEOUT": 10,
    }


EMAIL_URL = os.environ.get("EMAIL_URL") or f"file://{VAR_DIR / 'mail'}"
globals().update(email(EMAIL_URL))
DEFAULT_FROM_EMAIL = OSCAR_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Chợ OCOP An Giang <cho-ocop@example.vn>")

# --- Messages to telephones: docs/decisions/messages.md ------------------------------------------
SMS_URL = os.environ.get("SMS_URL") or (f"file://{VAR_DIR / 'sms'}" if DEBUG else "")  # without one no SMS is sent
SMS_TOKEN = os.environ.get("SMS_TOKEN", "").strip()
ZNS_URL = os.environ.get("ZNS_URL") or (f"file://{VAR_DIR / 'zns'}" if DEBUG else "")
ZNS_TOKEN = os.environ.get("ZNS_TOKEN", "").strip()
# Zalo's number of each approved template: {"order_ready": "301234", "order_ready.en": "301235"}. Kinds without one go by SMS.
ZNS_TEMPLATES = json.loads(os.environ.get("ZNS_TEMPLATES") or "{}")
QUIET_HOURS = os.environ.get("QUIET_HOURS", "21:00-07:00")  # local; only what is urgent is sent then. Empty: none

# --- Money -----------------------------------------------------------------------------------
STANDIN_STRIPE = "http://127.0.0.1:12111"
STRIPE_SECRET_KEY = os.environ.get("STRIPE_SECRET_KEY") or "sk_test_standin"
# Several with commas between: while one is changed for another, both are good.
STRIPE_WEBHOOK_SECRET = os.environ.get("STRIPE_WEBHOOK_SECRET") or "whsec_standin"
STRIPE_API_BASE = os.environ.get("STRIPE_API_BASE") or (
    "https://api.stripe.com" if os.environ.get("STRIPE_SECRET_KEY") else STANDIN_STRIPE
)
if STRIPE_API_BASE != "https://api.stripe.com":  # a stand-in's payment page is at its own address
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"].append(STRIPE_API_BASE)

ORDER_PREFIX = os.environ.get("ORDER_PREFIX", "AG")
PAYMENT_MINUTES = 35  # how long goods are kept for a card payment; Stripe's page lives 30 at least
TRANSFER_HOURS = int(os.environ.get("TRANSFER_HOURS", "24"))  # how long goods are kept for a bank transfer
TRANSFER_LIMIT = 499_999_999  # ₫; a quick transfer between banks carries less than half a milliard
RETURN_DAYS = int(os.environ.get("RETURN_DAYS", "7"))  # how long goods may be returned, where a place does not say
RETURN_PERISHABLE_DAYS = int(
    os.environ.get("RETURN_PERISHABLE_DAYS", "1")
)  # faults of perishable goods; 0: the same day
RETURN_SEND_DAYS = int(os.environ.get("RETURN_SEND_DAYS", "10"))  # how long an accepted return is waited for
RETURN_ANSWER_DAYS = int(os.environ.get("RETURN_ANSWER_DAYS", "2"))  # then whoever should answer it is reminded
SHORTAGE_DAYS = int(os.environ.get("SHORTAGE_DAYS", "5"))  # how long pieces nobody has are waited for, then money back
UNCOOLED_HOURS = int(os.environ.get("UNCOOLED_HOURS", "12"))  # so long do goods stay cool in a parcel that nobody cools
CASH_LIMIT = int(os.environ.get("CASH_LIMIT", "5000000"))  # ₫; above it no cash
CASH_CONFIRM = int(os.environ.get("CASH_CONFIRM", "2000000"))  # ₫; above it the shopper confirms by a link first
CASH_CONFIRM_HOURS = int(os.environ.get("CASH_CONFIRM_HOURS", "24"))  # so long the goods are kept for the confirmation
CASH_REFUSALS = int(os.environ.get("CASH_REFUSALS", "2"))  # so many parcels not taken in a year: no cash any more
INVOICE_URL = os.environ.get("INVOICE_URL") or f"file://{VAR_DIR / 'invoices'}"  # who issues e-invoices
# ₫; below it no card. Stripe takes nothing that converts to less than the minimum of the account's settlement currency, half
# a dollar for most (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts); this is that, with room for the rate.
CARD_MINIMUM = int(os.environ.get("CARD_MINIMUM", "15000"))
DISPUTE_DAYS = int(
    os.environ.get("DISPUTE_DAYS", "3")
)  # so long before a dispute must be answered the office hears again
CARD_LIMIT = 99_999_999  # ₫; Stripe's amounts have eight digits
KEPT_SECONDS = int(
    os.environ.get("KEPT_SECONDS", "30")
)  # how long a page may show what marks no product; 0 keeps nothing
ORDERS_PER_MINUTE = int(os.environ.get("ORDERS_PER_MINUTE", "20"))  # of one visitor
EXPIRING_DAYS = int(os.environ.get("EXPIRING_DAYS", "30"))  # so long before its date a lot is told of
TILL_SILENT_HOURS = int(os.environ.get("TILL_SILENT_HOURS", "4"))  # opening hours without a word from a till

# --- Tills that are asked: docs/decisions/connectors.md ------------------------------------------
# Private networks in which a connector may call a till, also without https; of public hosts only https is called.
TILL_NETWORKS = [
    network for network in os.environ.get("TILL_NETWORKS", "127.0.0.0/8,::1/128" if DEBUG else "").split(",") if network
]

# --- Oscar ------------------------------------------------------------------------------------
HOME_PROVINCE = os.environ.get("HOME_PROVINCE", "91")  # An Giang by its official code; another province is data
OSCAR_SHOP_NAME = "Chợ OCOP An Giang"
OSCAR_SHOP_TAGLINE = ""
OSCAR_HOMEPAGE = "/"
OSCAR_DEFAULT_CURRENCY = "VND"
OSCAR_ALLOW_ANON_CHECKOUT = True
OSCAR_ALLOW_GUEST_CHECKOUT_WITH_ACCOUNT = True
OSCAR_SLUG_MAP = {"Đ": "D", "đ": "d"}
OSCAR_REQUIRED_ADDRESS_FIELDS = ("line1", "country")
OSCAR_THUMBNAILER = "catalogue.pictures.Thumbnailer"
OSCAR_OFFERS_INCL_TAX = True
OSCAR_OFFER_ROUNDING_FUNCTION = "marketplace.money.whole_discount"
OSCAR_BASKET_COOKIE_SECURE = OSCAR_RECENTLY_VIEWED_COOKIE_SECURE = SECURE
OSCAR_SEND_REGISTRATION_EMAIL = OSCAR_EAGER_ALERTS = False
OSCAR_HIDDEN_FEATURES = ["reviews", "wishlists"]
OSCAR_MAX_BASKET_QUANTITY_THRESHOLD = 500
# Oscar's pipelines only name the states; our actions move them.
OSCAR_INITIAL_ORDER_STATUS = "awaiting-payment"
OSCAR_ORDER_STATUS_PIPELINE = {
    "awaiting-payment": ("confirmed", "cancelled"),
    "confirmed": ("completed", "cancelled"),
    "completed": (),
    "cancelled": (),
}
HAYSTACK_CONNECTIONS = {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}}
HAYSTACK_SIGNAL_PROCESSOR = "haystack.signals.BaseSignalProcessor"

# --- Wagtail -----------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Chợ OCOP An Giang"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAIL_GRAVATAR_PROVIDER_URL = None  # nobody else is told who works here
WAGTAILADMIN_LOGIN_URL = "/accounts/sign-in/"

# --- Logs --------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "stripe": {"level": "WARNING"},  # at INFO it writes addresses with session ids
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},  # Wagtail's index, a line for every page
    },
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
}
