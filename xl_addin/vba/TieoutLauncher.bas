Attribute VB_Name = "TieoutLauncher"
Option Explicit
' Starts Python for an action: one program, nothing between it and Excel, and words of plain
' ASCII that nothing on the way can change. Python reads them in xl_addin.actions.

Private Const HELPER_SILENT_SECONDS As Long = 10

Public Sub StartAction(ByVal actionName As String, ByVal choice As String)
    On Error GoTo NotStarted
    #If Mac Then
        AppleScriptTask "Tieout.applescript", "runAction", CallOf(actionName, choice)
    #Else
        If GetSetting("Tieout", "Launcher", "Mode", "direct") = "helper" Then
            AskHelper CallOf(actionName, choice)
        Else
            RunPython CallOf(actionName, choice)
        End If
    #End If
    Exit Sub
NotStarted:
    Tell "trouble.not_started"
End Sub

' The words that say what was pressed, and where.
Public Function CallOf(ByVal actionName As String, ByVal choice As String) As String
    Dim book As String
    If Not ActiveWorkbook Is Nothing Then book = ActiveWorkbook.Name
    CallOf = actionName & " --wb=" & Encoded(book) & " --from_xl=1"
    #If Mac Then
        CallOf = CallOf & " --app=" & Encoded(Application.Path & "/" & Application.Name)
    #Else
        CallOf = CallOf & " --hwnd=" & CStr(Application.Hwnd)
    #End If
    CallOf = CallOf & " --lang=" & Language()
    If choice <> "" Then CallOf = CallOf & " --choice=" & Encoded(choice)
    If book <> "" Then CallOf = CallOf & " --heard=" & HeardOf(ActiveWorkbook)
End Function

' Letters, digits, dot, dash and underscore as they are; all else as ~ and four hex digits.
Public Function Encoded(ByVal name As String) As String
    Dim position As Long
    Dim unit As String
    For position = 1 To Len(name)
        unit = Mid$(name, position, 1)
        If unit Like "[A-Za-z0-9._-]" Then
            Encoded = Encoded & unit
        Else
            Encoded = Encoded & "~" & Right$("000" & Hex$(AscW(unit)), 4)
        End If
    Next position
End Function

#If Mac Then

Private Sub Tell(ByVal key As String)
    MsgBox WordsOf(key), vbExclamation, "Tieout"
End Sub

#Else

' Waits for its end, so that nobody types into what it writes. -I: no file that happens to lie
' in Excel's folder is taken for a part of Python.
Private Sub RunPython(ByVal words As String)
    Dim answer As Long
    Dim program As String
    program = """%LOCALAPPDATA%\Tieout\venv\Scripts\pythonw.exe"""
    answer = CreateObject("WScript.Shell").Run(program & " -I -m xl_addin " & words, 0, True)
    Select Case answer
        Case 0, 2, 3
            ' What there was to say, the action has said.
        Case Else
            Tell "trouble.no_answer"
    End Select
End Sub

' Lays the words into the folder that the helper outside Excel watches, and waits for nothing.
' The helper takes a file when its line is ended.
Private Sub AskHelper(ByVal words As String)
    Dim files As Object
    Dim request As Object
    Dim queue As String
    Set files = CreateObject("Scripting.FileSystemObject")
    queue = CreateObject("WScript.Shell").ExpandEnvironmentStrings("%LOCALAPPDATA%\Tieout\queue\")
    If Not HelperListens(files, queue & "listening") Then
        Tell "trouble.no_helper"
        Exit Sub
    End If
    queue = queue & Format$(Now, "yyyymmddhhnnss") & "-" & CStr(CLng(Timer * 1000)) & ".request"
    Set request = files.CreateTextFile(queue, False, False)
    request.Write words & vbLf
    request.Close
End Sub

' The helper touches its file every few seconds while it runs.
Private Function HelperListens(ByVal files As Object, ByVal mark As String) As Boolean
    If Not files.FileExists(mark) Then Exit Function
    HelperListens = DateDiff("s", files.GetFile(mark).DateLastModified, Now) <= HELPER_SILENT_SECONDS
End Function

' MsgBox would turn Chinese into question marks on an English machine; this does not.
Private Sub Tell(ByVal key As String)
    CreateObject("WScript.Shell").Popup WordsOf(key), 0, "Tieout", vbExclamation + vbSystemModal
End Sub

#End If
