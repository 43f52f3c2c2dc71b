"""1EdTech Competencies and Academic Standards Exchange (CASE) 1.1: frameworks for others.

Field names and what is required follow the CASE 1.1 REST/JSON binding of January 2025
(https://www.imsglobal.org/sites/default/files/spec/case/v1p1/).
"""
