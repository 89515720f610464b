Attribute VB_Name = "TieoutEars"
Option Explicit
' Hears which tables of a workbook are touched between two presses of a button, so that an action
' need not read the others. It listens to the workbook in which a button was pressed last, from
' that press on; whatever interrupts the listening begins a new session, which knows of nothing
' before. Python reads the words in xl_addin.live.heard.

Private heardBook As Workbook
Private session As String
Private press As Long
Private touched As String ' of each table ".NAME-PRESS": the last press before its last change

' The session, the number of this press, and what was touched since which press.
Public Function HeardOf(ByVal book As Workbook) As String
    If Not ThisWorkbook.Listens() Or Not Application.EnableEvents Then StopListening
    If Not heardBook Is book Then ListenTo book
    press = press + 1
    HeardOf = session & "-" & CStr(press) & touched
End Function

Private Sub ListenTo(ByVal book As Workbook)
    StopListening
    Set heardBook = book
    Randomize
    session = Format$(Now, "yyyymmddhhnnss") & Hex$(CLng(Rnd * 1000000000))
End Sub

' Nobody knows from here on what is touched.
Public Sub StopListening()
    Set heardBook = Nothing
    press = 0
    touched = ""
End Sub

' A workbook is closed, or a person is asked whether it shall be: its session ends.
Public Sub HearEnd(ByVal book As Workbook)
    If heardBook Is book Then StopListening
End Sub

' Cells of a sheet were changed: all tables on it count as touched.
Public Sub HearChange(ByVal page As Object)
    Dim table As ListObject
    If heardBook Is Nothing Then Exit Sub
    On Error GoTo Unsure
    If Not page.Parent Is heardBook Then Exit Sub
    For Each table In page.ListObjects
        NoteTouch table.Name
    Next table
    Exit Sub
Unsure:
    StopListening
End Sub

Public Sub NoteTouch(ByVal table As String)
    Dim before As Long
    Dim after As Long
    before = InStr(touched & ".", "." & table & "-")
    If before > 0 Then
        after = InStr(before + 1, touched & ".", ".")
        touched = Left$(touched, before - 1) & Mid$(touched, after)
    End If
    touched = touched & "." & table & "-" & CStr(press)
End Sub
