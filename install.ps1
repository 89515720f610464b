<#
.SYNOPSIS
Installs Tieout for the current Windows user, or takes it away again.

.DESCRIPTION
No administrator rights are needed. Everything goes into one folder, %LOCALAPPDATA%\Tieout, and
that folder is added to the user's PATH. Running it again brings an installation up to date.

    powershell -ExecutionPolicy Bypass -File install.ps1
    powershell -ExecutionPolicy Bypass -File install.ps1 -Uninstall

.PARAMETER Uninstall
Removes the folder's contents and the PATH entry.

.PARAMETER Python
The python.exe to use (3.11 or later). Without it: the newest that py.exe knows, then PATH.

.PARAMETER Offline
A folder of wheels, made on a connected machine by "pip wheel . -w FOLDER". Nothing is downloaded.

.PARAMETER Log
The log file. Without it: install.log in the folder; none when uninstalling.
#>
[CmdletBinding()]
param(
    [switch] $Uninstall,
    [string] $Python = '',
    [string] $Offline = '',
    [string] $Log = ''
)

# This file stays thin and plain ASCII: Windows PowerShell 5.1 reads it in the machine's own code
# page. What has to be decided is decided in xl_addin\install.py.
$ErrorActionPreference = 'Stop'
$Root = Split-Path -Parent $MyInvocation.MyCommand.Path
$TieoutHome = Join-Path $env:LOCALAPPDATA 'Tieout'
$VenvPython = Join-Path $TieoutHome 'venv\Scripts\python.exe'

function Write-Step([string] $Line) {
    Write-Host $Line
    if ($script:Log) {
        $stamp = Get-Date -Format 'yyyy-MM-dd HH:mm:ss'
        Add-Content -Path $script:Log -Value "$stamp $Line" -Encoding UTF8
    }
}

function Invoke-Program([string] $Program, [string[]] $Arguments, [switch] $Quiet) {
    # A program's words on stderr are no fault of it; only its exit code is.
    $ErrorActionPreference = 'Continue'
    & $Program @Arguments 2>&1 | ForEach-Object {
        if ($Quiet) { Write-Host "$_" } else { Write-Step "$_" }
    }
    if ($LASTEXITCODE -ne 0) { throw "$Program ended with exit code $LASTEXITCODE." }
}

function Test-Python([string] $Program, [string[]] $First) {
    # The full path of a Python that is new enough, else nothing. The stub that Windows puts on
    # PATH to open its store is no Python: it answers nothing.
    $ErrorActionPreference = 'Continue'
    $question = "import sys; print(sys.executable if sys.version_info >= (3, 11) else '')"
    $answer = ''
    try { $answer = (& $Program @First -c $question 2>$null | Select-Object -Last 1) } catch { }
    if ($answer) { return "$answer".Trim() }
    return ''
}

function Find-Python {
    if ($Python) {
        $found = Test-Python $Python @()
        if ($found) { return $found }
        throw "$Python is not a Python 3.11 or later."
    }
    if (Get-Command 'py.exe' -ErrorAction SilentlyContinue) {
        $found = Test-Python 'py.exe' @('-3')
        if ($found) { return $found }
    }
    foreach ($name in @('python.exe', 'python3.exe')) {
        foreach ($command in @(Get-Command $name -All -ErrorAction SilentlyContinue)) {
            $found = Test-Python $command.Source @()
            if ($found) { return $found }
        }
    }
    throw 'Python 3.11 or later was not found. Install it from python.org for this user, or name it with -Python.'
}

function Install-Tieout {
    $base = Find-Python
    Write-Step "Python: $base"
    $works = (Test-Path $VenvPython) -and (Test-Python $VenvPython @())
    if (-not $works) {
        Invoke-Program $base @('-m', 'venv', '--clear', (Join-Path $TieoutHome 'venv'))
    }
    $pip = @('-m', 'pip', 'install', '--upgrade', '--no-input', '--disable-pip-version-check')
    if ($Offline) {
        $wheels = (Resolve-Path $Offline).Path
        Invoke-Program $VenvPython ($pip + @('--no-index', '--find-links', $wheels, 'tieout'))
    } else {
        Invoke-Program $VenvPython ($pip + @($Root))
    }
    $arguments = @('-m', 'xl_addin.install', '--home', $TieoutHome, '--log', $script:Log)
    Invoke-Program $VenvPython $arguments -Quiet
    Write-Step 'Done. Open a new window and run: tieout demo'
}

function Uninstall-Tieout {
    # By a Python from outside: one that runs from the folder could not remove it.
    $base = Find-Python
    $arguments = @('-I', (Join-Path $Root 'xl_addin\install.py'), '--home', $TieoutHome, '--uninstall')
    if ($script:Log) { $arguments += @('--log', $script:Log) }
    Invoke-Program $base $arguments -Quiet
    Write-Host 'Done. Your workbooks and files were not touched.'
}

try {
    if ($Uninstall) {
        Uninstall-Tieout
    } else {
        New-Item -ItemType Directory -Force -Path $TieoutHome | Out-Null
        if (-not $script:Log) { $script:Log = Join-Path $TieoutHome 'install.log' }
        Install-Tieout
    }
    exit 0
} catch {
    Write-Step "Not done: $($_.Exception.Message)"
    if ($script:Log) { Write-Host "What was tried is in $($script:Log)" }
    exit 2
}
