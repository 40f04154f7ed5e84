; The installer for Windows, made by Inno Setup 6. NEVER RUN YET: see packaging/README.md.
; iscc /DVersion=0.1.0 packaging\windows\wfsgui.iss
#ifndef Version
  #error Give the version: iscc /DVersion=...
#endif

[Setup]
AppId={{6C1E5F0B-3B7C-4A53-9C58-6D0F1B8B8C11}
AppName=wfsgui
AppVersion={#Version}
AppPublisher=The wfsgui developers
DefaultDirName={autopf}\wfsgui
DefaultGroupName=wfsgui
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
ChangesEnvironment=yes
LicenseFile=..\..\LICENSE
OutputDir=..\..\build\package
OutputBaseFilename=wfsgui-{#Version}-setup
UninstallDisplayIcon={app}\wfsgui.exe
Compression=lzma2
SolidCompression=yes

[Tasks]
Name: "path"; Description: "Make wfsgui a command of the terminal"; Flags: unchecked

[Files]
Source: "..\..\build\package\dist\wfsgui\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs

[Icons]
Name: "{group}\wfsgui"; Filename: "{app}\wfsgui.exe"

[Registry]
; One program among those of "Open with": the default of nobody is changed. Windows goes by the last suffix alone, so
; associations are offered by way of .json.
Root: HKA; Subkey: "Software\Classes\wfsgui.fits"; ValueType: string; ValueData: "FITS image"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\wfsgui.fits\shell\open\command"; ValueType: string; ValueData: """{app}\wfsgui.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.fits\OpenWithProgids"; ValueType: string; ValueName: "wfsgui.fits"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\wfsgui.json"; ValueType: string; ValueData: "JWST association"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\wfsgui.json\shell\open\command"; ValueType: string; ValueData: """{app}\wfsgui.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\.json\OpenWithProgids"; ValueType: string; ValueName: "wfsgui.json"; ValueData: ""; Flags: uninsdeletevalue
Root: HKCU; Subkey: "Environment"; ValueType: expandsz; ValueName: "Path"; ValueData: "{olddata};{app}"; Tasks: path; Check: not OnPath

[Code]
function OnPath: Boolean;
var
  Paths: String;
begin
  Result := RegQueryStringValue(HKCU, 'Environment', 'Path', Paths)
    and (Pos(Uppercase(ExpandConstant('{app}')), Uppercase(Paths)) > 0);
end;

procedure CurUninstallStepChanged(Step: TUninstallStep);
var
  Paths: String;
begin
  if (Step = usUninstall) and RegQueryStringValue(HKCU, 'Environment', 'Path', Paths) then
  begin
    if StringChangeEx(Paths, ';' + ExpandConstant('{app}'), '', True) > 0 then
      RegWriteExpandStringValue(HKCU, 'Environment', 'Path', Paths);
  end;
end;
