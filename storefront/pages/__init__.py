"""The first page, the company, the terms, help, and what machines ask a web site for."""
