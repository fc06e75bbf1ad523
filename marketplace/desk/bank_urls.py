"""Bank transfers at the desk of the office."""

from django.urls import path

from .views import bank_accounts, bank_lines, layouts, payouts, statements

urlpatterns = [
    path("bank/lines/", bank_lines.index, name="bank-lines"),
    path("bank/lines/<int:pk>/", bank_lines.line, name="bank-line"),
    path("bank/lines/<int:pk>/aside/", bank_lines.aside, name="bank-line-aside"),
    path("bank/lines/<int:pk>/back/", bank_lines.back, name="bank-line-back"),
    path("bank/statements/", statements.index, name="statements"),
    path("bank/statements/<int:pk>/", statements.statement, name="statement"),
    path("bank/statements/<int:pk>/drop/", statements.drop, name="statement-drop"),
    path("bank/payouts/", payouts.index, name="payouts"),
    path("bank/payouts/new/", payouts.new, name="payout-new"),
    path("bank/payouts/<int:pk>/", payouts.batch, name="payout"),
    path("bank/payouts/<int:pk>/file.<slug:kind>", payouts.file, name="payout-file"),
    path("bank/payouts/refunds/<int:pk>/bounced/", payouts.bounced, name="payout-bounced"),
    path("bank/payouts/accounts/<int:pk>/", payouts.account, name="payout-account"),
    path("bank/accounts/", bank_accounts.index, name="bank-accounts"),
    path("bank/accounts/<int:pk>/", bank_accounts.account, name="bank-account"),
    path("bank/accounts/<int:pk>/show/", bank_accounts.present, name="bank-account-show"),
    path("bank/accounts/<int:pk>/hide/", bank_accounts.hide, name="bank-account-hide"),
    path("bank/accounts/<int:pk>/layout/", layouts.layout, name="bank-layout"),
    path("bank/accounts/<int:pk>/layout/forget/", layouts.forget, name="bank-layout-forget"),
    path("bank/accounts/<int:pk>/feeds/", bank_accounts.feed_new, name="bank-feed-new"),
    path("bank/feeds/<int:pk>/revoke/", bank_accounts.feed_revoke, name="bank-feed-revoke"),
]
