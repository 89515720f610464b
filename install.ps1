<#
.SYNOPSIS
Installs Tieout and its Excel add-in for the current Windows user, or takes both away again.

.DESCRIPTION
No administrator rights are needed. Python's part goes into one folder, %LOCALAPPDATA%\Tieout, which
is added to the user's PATH; the add-in and the templates go where Excel looks for them. Excel must
be closed. Running it again brings an installation up to date.

    powershell -ExecutionPolicy Bypass -File install.ps1
    powershell -ExecutionPolicy Bypass -File install.ps1 -Uninstall

.PARAMETER Uninstall
Removes all of it again.

.PARAMETER Helper
For firms that forbid Excel to start programs: Excel then asks a helper, which starts at logon and
from the Start menu.

.PARAMETER WhatIf
Says what would be done, and does nothing.

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
    [switch] $Helper,
    [switch] $WhatIf,
    [string] $Python = '',
    [string] $Offline = '',
    [string] $Log = ''
)

# This file stays thin and plain ASCII: Windows PowerShell 5.1 reads it in the machine's own code
# page. What has to be decided is decided in xl_addin\install.py, which also tells of each step.
$ErrorActionPreference = 'Stop'
$Root = Split-Path -Parent $MyInvocation.MyCommand.Path
$TieoutHome = Join-Path $env:LOCALAPPDATA 'Tieout'
$VenvPython = Join-Path $TieoutHome 'venv\Scripts\python.exe'
$HelperPython = Join-Path $TieoutHome 'venv\Scripts\pythonw.exe'
$HelperArguments = '-I -m xl_addin serve'
$Installer = Join-Path $Root 'xl_addin\install.py'

try { [Console]::OutputEncoding = [System.Text.Encoding]::UTF8 } catch { }  # as Python speaks

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
    # PATH to open its store is no Python and answers nothing; the store's own Python hides what it
    # writes from Excel.
    $ErrorActionPreference = 'Continue'
    $question = "import sys; print(sys.executable if sys.version_info >= (3, 11) else '')"
    $answer = ''
    try { $answer = (& $Program @First -c $question 2>$null | Select-Object -Last 1) } catch { }
    if ($answer -and "$answer" -notlike '*\WindowsApps\*') { return "$answer".Trim() }
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
    if (Get-Process -Name 'EXCEL' -ErrorAction SilentlyContinue) {
        throw 'Excel is running. Close it, then run this again.'
    }
    Stop-Helper
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
    $arguments = @('-I', '-m', 'xl_addin.install', '--home', $TieoutHome, '--log', $script:Log)
    if ($Helper) { $arguments += '--helper' }
    Invoke-Program $VenvPython $arguments -Quiet
    if ($Helper) {
        New-HelperLink
        Start-Process -FilePath $HelperPython -ArgumentList $HelperArguments
    }
    Write-Step 'Done. Start Excel: the tab Tieout is there. In a new window: tieout demo'
}

function Stop-Helper {
    # Its environment cannot be brought up to date while it runs; it ends within five seconds.
    $queue = Join-Path $TieoutHome 'queue'
    $mark = Join-Path $queue 'listening'
    if (-not (Test-Path $mark)) { return }
    New-Item -ItemType File -Force -Path (Join-Path $queue 'stop') | Out-Null
    for ($tries = 0; (Test-Path $mark) -and $tries -lt 50; $tries++) { Start-Sleep -Milliseconds 100 }
}

function New-HelperLink {
    $menu = Join-Path $env:APPDATA 'Microsoft\Windows\Start Menu\Programs'
    $link = (New-Object -ComObject WScript.Shell).CreateShortcut((Join-Path $menu 'Tieout helper.lnk'))
    $link.TargetPath = $HelperPython
    $link.Arguments = $HelperArguments
    $link.Save()
    Write-Step 'Start menu: Tieout helper'
}

function Show-Plan {
    # By any Python: there may be no environment yet, and none is made.
    $base = Find-Python
    Write-Host "Python: $base"
    if (-not $Uninstall) { Write-Host "would bring up to date: $TieoutHome\venv" }
    $arguments = @('-I', $Installer, '--home', $TieoutHome, '--what-if')
    if ($Helper) { $arguments += '--helper' }
    if ($Uninstall) { $arguments += '--uninstall' }
    Invoke-Program $base $arguments -Quiet
}

function Uninstall-Tieout {
    # By a Python from outside: one that runs from the folder could not remove it.
    $base = Find-Python
    $arguments = @('-I', $Installer, '--home', $TieoutHome, '--uninstall')
    if ($script:Log) { $arguments += @('--log', $script:Log) }
    Invoke-Program $base $arguments -Quiet
    Write-Host 'Done. Your workbooks and files were not touched.'
}

try {
    if ($WhatIf) {
        Show-Plan
    } elseif ($Uninstall) {
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
