# One door for people on Windows: .\dev.ps1 run [ARGS] starts Firsthop, .\dev.ps1 test checks everything.
# Plain $args: named parameters would make this an advanced script, whose own -OutVariable swallows `-o FILE`.
$Command = if ($args.Count -gt 0) { [string]$args[0] } else { "" }
$Rest = @($args | Select-Object -Skip 1)
$ErrorActionPreference = "Stop"
$Here = Split-Path -Parent $MyInvocation.MyCommand.Path
$Venv = Join-Path $Here ".venv"
$Python = Join-Path $Venv "Scripts\python.exe"

function Stop-With([string]$Sentence) { [Console]::Error.WriteLine("dev.ps1: $Sentence"); exit 4 }

function Initialize-Environment {
    $Lock = Join-Path $Here "requirements.lock"
    $Sum = (Get-FileHash -Algorithm SHA256 $Lock).Hash.Substring(0, 16)
    $Stamps = Join-Path $Venv ".firsthop"
    $Stamp = Join-Path $Stamps "lock-$Sum"
    if (Test-Path $Stamp) { return }
    if (-not (Test-Path $Python)) {
        if (Get-Command py -ErrorAction SilentlyContinue) { & py -3 -m venv $Venv }
        elseif (Get-Command python -ErrorAction SilentlyContinue) { & python -m venv $Venv }
        else { Stop-With "Python 3.11 or newer is needed; install it and call again." }
        if ($LASTEXITCODE -ne 0) { Stop-With "the virtual environment could not be made." }
    }
    & $Python -c "import sys; sys.exit(sys.version_info < (3, 11))"
    if ($LASTEXITCODE -ne 0) { Stop-With "Python 3.11 or newer is needed; remove .venv, install it and call again." }
    & $Python -m pip install -q --disable-pip-version-check --require-hashes -r $Lock
    if ($LASTEXITCODE -ne 0) { Stop-With "the packages of requirements.lock could not be installed." }
    # Python before 3.13 reads .pth files in the locale's encoding: a line of ASCII names any folder in each
    & $Python -c "import sys, sysconfig, pathlib; pathlib.Path(sysconfig.get_paths()['purelib'], 'firsthop.pth').write_text('import sys; sys.path.append(' + ascii(sys.argv[1]) + ')', 'ascii')" $Here
    if ($LASTEXITCODE -ne 0) { Stop-With "the environment in .venv could not be finished." }
    New-Item -ItemType Directory -Force $Stamps | Out-Null
    Remove-Item (Join-Path $Stamps "lock-*") -ErrorAction SilentlyContinue
    New-Item -ItemType File $Stamp | Out-Null
}

switch ($Command) {
    "run" {
        Initialize-Environment
        if ($Rest.Count -eq 0) { $Rest = @("demo") }
        & $Python -m agent.cli @Rest
        exit $LASTEXITCODE
    }
    "test" {
        Initialize-Environment
        Set-Location $Here
        $env:QT_QPA_PLATFORM = "offscreen"
        if ($Rest.Count -eq 0) { $Rest = @("-n", "2") }
        & $Python -m pytest @Rest
        exit $LASTEXITCODE
    }
    default {
        [Console]::Error.WriteLine("usage: .\dev.ps1 run [ARGS] | .\dev.ps1 test [ARGS]")
        exit 2
    }
}
