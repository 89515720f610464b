Attribute VB_Name = "TieoutWords"
Option Explicit
' Words in the language of the ribbon. VBA source knows no Chinese, so they stand on this
' add-in's own sheet: a key in column A, then English, simplified and traditional Chinese.

Private Const COLUMN_KEY As Long = 1
Private Const COLUMN_EN As Long = 2
Private Const COLUMN_ZH_HANS As Long = 3
Private Const COLUMN_ZH_HANT As Long = 4

Private sheetWords As Variant

' The words of a key; "" when there are none.
Public Function WordsOf(ByVal key As String) As String
    Dim line As Long
    If IsEmpty(sheetWords) Then sheetWords = ThisWorkbook.Worksheets(1).UsedRange.Value
    For line = LBound(sheetWords, 1) To UBound(sheetWords, 1)
        If sheetWords(line, COLUMN_KEY) = key Then
            WordsOf = sheetWords(line, ColumnOf(Language()))
            Exit Function
        End If
    Next line
End Function

' en, zh-Hans or zh-Hant: what was chosen in the menu, else what Excel itself speaks.
Public Function Language() As String
    Dim chosen As String
    chosen = GetSetting("Tieout", "Ribbon", "Language", "excel")
    If ColumnOf(chosen) = COLUMN_KEY Then chosen = LanguageOfExcel()
    Language = chosen
End Function

Public Sub ChooseLanguage(ByVal chosen As String)
    SaveSetting "Tieout", "Ribbon", "Language", chosen
End Sub

Private Function LanguageOfExcel() As String
    Dim id As Long
    On Error Resume Next
    id = Application.LanguageSettings.LanguageID(msoLanguageIDUI)
    On Error GoTo 0
    Select Case id
        Case 2052, 4100
            LanguageOfExcel = "zh-Hans"
        Case 1028, 3076, 5124
            LanguageOfExcel = "zh-Hant"
        Case Else
            LanguageOfExcel = "en"
    End Select
End Function

Private Function ColumnOf(ByVal name As String) As Long
    Select Case name
        Case "en"
            ColumnOf = COLUMN_EN
        Case "zh-Hans"
            ColumnOf = COLUMN_ZH_HANS
        Case "zh-Hant"
            ColumnOf = COLUMN_ZH_HANT
        Case Else
            ColumnOf = COLUMN_KEY
    End Select
End Function
