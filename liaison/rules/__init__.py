"""The rule books as code: pure functions and tables, article by article.

Today it holds the catalogue of policy values; the rules on notices follow with the notices.
"""
