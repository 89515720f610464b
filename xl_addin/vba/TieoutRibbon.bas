Attribute VB_Name = "TieoutRibbon"
Option Explicit
' What the ribbon asks for and reports. The XML is made from the list of actions in Python, and
' so are all names here: the id of a button is action_NAME, its tag says what must be in front.

Private ribbon As IRibbonUI

Public Sub OnLoad(ui As IRibbonUI)
    Set ribbon = ui
    ThisWorkbook.Watch
End Sub

' Asks the ribbon to ask again: another workbook or sheet is in front, or another language.
Public Sub RefreshRibbon()
    If Not ribbon Is Nothing Then ribbon.Invalidate
End Sub

Public Sub OnAction(control As IRibbonControl)
    StartAction Replace(control.ID, "action_", ""), ""
    RefreshRibbon
End Sub

' An item of a button's menu; its tag is the action and the choice.
Public Sub OnChoice(control As IRibbonControl)
    Dim parts() As String
    parts = Split(control.Tag, " ")
    If parts(0) = "language" Then ChooseLanguage parts(1)
    StartAction parts(0), parts(1)
    RefreshRibbon
End Sub

Public Sub GetLabel(control As IRibbonControl, ByRef returnedVal)
    returnedVal = WordsOf(Replace(control.ID, "_", ".", 1, 1))
End Sub

Public Sub GetTip(control As IRibbonControl, ByRef returnedVal)
    returnedVal = WordsOf(Replace(control.ID, "action_", "tip."))
End Sub

Public Sub GetChanges(control As IRibbonControl, ByRef returnedVal)
    returnedVal = WordsOf(Replace(control.ID, "action_", "changes."))
End Sub

Public Sub GetEnabled(control As IRibbonControl, ByRef returnedVal)
    Select Case control.Tag
        Case "excel"
            returnedVal = True
        Case "book"
            returnedVal = Not ActiveWorkbook Is Nothing
        Case "close"
            returnedVal = IsClose()
        Case "rows"
            returnedVal = IsClose() And IsSheetOfRecords()
        Case Else
            returnedVal = False
    End Select
End Sub

' Whether the workbook in front is one of Tieout's: it carries the property that says so.
Private Function IsClose() As Boolean
    Dim layout As Variant
    If ActiveWorkbook Is Nothing Then Exit Function
    On Error Resume Next
    layout = ActiveWorkbook.CustomDocumentProperties("TieoutLayout").Value
    IsClose = Not IsEmpty(layout)
End Function

' Whether the sheet in front holds a table of records; tables keep their names in every language.
Private Function IsSheetOfRecords() As Boolean
    On Error Resume Next
    IsSheetOfRecords = (WordsOf("rows." & ActiveSheet.ListObjects(1).Name) <> "")
End Function
