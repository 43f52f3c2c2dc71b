# One image for every process of the site; docker-compose.yml says which command each of them runs.
ARG PYTHON_VERSION=3.11

FROM python:${PYTHON_VERSION}-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements/base.txt /requirements.txt
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /requirements.txt \
    && /venv/bin/pip uninstall --yes pip

FROM python:${PYTHON_VERSION}-slim AS site
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production \
    STATIC_ROOT=/site/staticfiles \
    GRANIAN_HOST=0.0.0.0 \
    GRANIAN_PORT=8000
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin credence
COPY --from=packages /venv /venv
WORKDIR /site
COPY manage.py ./
COPY config config
COPY competency competency
COPY assessments assessments
COPY .ci/production.env /tmp/production.env
# Values that open nothing: collecting static files asks neither database nor broker.
RUN env $(grep -v '^#' /tmp/production.env) python manage.py collectstatic --noinput \
    && rm /tmp/production.env \
    && python -m compileall -q config competency assessments
USER credence
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=6s --start-period=30s --retries=3 \
    CMD ["python", "config/probe.py", "web"]
CMD ["python", "-m", "granian", "config.wsgi:application", "--interface=wsgi", "--workers=2", \
     "--blocking-threads=16", "--workers-kill-timeout=5", "--no-ws"]
