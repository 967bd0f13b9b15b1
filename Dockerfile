# One image for web, worker, scheduler and commands; the stores and the model server are other containers.
FROM node:24-slim AS pages
WORKDIR /src/frontend
COPY frontend/package.json frontend/package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY frontend ./
RUN npm run build

FROM python:3.11-slim AS packages
WORKDIR /src
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
WORKDIR /kefu
COPY pyproject.toml README.md ./
COPY app ./app
COPY workers ./workers
COPY migrations ./migrations
# Editable: templates, texts and migrations are read from the folders beside the code.
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation -e .

FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /home/kefu --uid 10001 kefu \
    && install -d -o kefu -g kefu -m 0700 /data
COPY --from=packages /venv /venv
COPY --from=packages /kefu /kefu
COPY frontend/templates /kefu/frontend/templates
COPY frontend/texts /kefu/frontend/texts
COPY --from=pages /src/frontend/dist /kefu/frontend/dist
COPY LICENSE /kefu/
WORKDIR /kefu
USER kefu
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 KEFU_DATA_DIR=/data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
CMD ["uvicorn", "app.main:serve_app", "--factory", "--host", "0.0.0.0", "--port", "8000", "--no-access-log", \
     "--log-level", "warning", "--timeout-graceful-shutdown", "20", "--proxy-headers"]
