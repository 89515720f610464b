-- Runs an action of Tieout for Excel on a Mac. Not tried yet on a Mac.
-- It lies in ~/Library/Application Scripts/com.microsoft.Excel, the one place from which Excel
-- may run a script. The words are plain ASCII without blanks inside (xl_addin/actions/call.py).
-- Python is not waited for: it talks to Excel, and Excel waits for this script.
on runAction(spoken)
	set tieoutHome to (POSIX path of (path to home folder)) & "Library/Application Support/Tieout/"
	set program to quoted form of (tieoutHome & "venv/bin/python")
	set logFile to quoted form of (tieoutHome & "launcher.log")
	do shell script program & " -I -m xl_addin " & spoken & " > " & logFile & " 2>&1 &"
	return ""
end runAction
