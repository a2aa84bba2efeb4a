@echo off
rem What `make run` does, for Windows without administrator rights: own environment, install, open the dashboard.
setlocal
cd /d "%~dp0"
set PY=py -3
where py >nul 2>nul || set PY=python
%PY% -c "import sys; sys.exit(sys.version_info < (3, 11))" || (
  echo Python 3.11 or newer is needed. Install it for your user from the Microsoft Store or python.org, then run this again.
  pause
  exit /b 2
)
if not exist .venv\Scripts\python.exe (
  echo Making the environment in .venv ...
  %PY% -m venv .venv || exit /b 1
  .venv\Scripts\python -m pip install -q -U "pip>=25.1" || exit /b 1
)
fc /b pyproject.toml .venv\installed.toml >nul 2>nul || (
  echo Installing, about two minutes the first time ...
  .venv\Scripts\python -m pip install -q -e . || (
    echo The installation failed. Behind a proxy set HTTPS_PROXY, with a company certificate set PIP_CERT, then run this again.
    pause
    exit /b 1
  )
  copy /y pyproject.toml .venv\installed.toml >nul
)
.venv\Scripts\python -m matcher app %*
