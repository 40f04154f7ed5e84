# Build the application and its installer. NEVER RUN YET: see packaging/README.md.
# Usage, from the folder of the project: powershell -File packaging\windows\build.ps1
# With SIGN_AS set to the thumbprint of a certificate, program and installer are signed.
$ErrorActionPreference = "Stop"
$PSNativeCommandUseErrorActionPreference = $true
$python = ".venv\Scripts\python.exe"
$version = & $python -c "import wfsgui; print(wfsgui.__version__)"

function Add-Signature($file) {
    if ($env:SIGN_AS) {
        signtool sign /sha1 $env:SIGN_AS /fd SHA256 /tr $env:TIMESTAMP_SERVER /td SHA256 $file
    }
}

& $python packaging\build.py build\package
Add-Signature "build\package\dist\wfsgui\wfsgui.exe"
iscc "/DVersion=$version" packaging\windows\wfsgui.iss
Add-Signature "build\package\wfsgui-$version-setup.exe"
Write-Output "built build\package\wfsgui-$version-setup.exe"
