namespace Reeve.Languages.Tests.Rego;

/// <summary>The shared cases that do not hold yet, each with the reason; a whole category goes by its name.</summary>
internal static class KnownFailures
{
    private static readonly Dictionary<string, string> Reasons = new(StringComparer.Ordinal)
    {
        ["cryptoparsersaprivatekeys"] = "no crypto.parse_private_keys",
        ["cryptox509parseandverifycertificates"] = "no crypto.x509.parse_and_verify_certificates",
        ["cryptox509parsecertificaterequest"] = "no crypto.x509.parse_certificate_request",
        ["cryptox509parsecertificates"] = "no crypto.x509.parse_certificates",
        ["cryptox509parsekeypair"] = "no crypto.x509.parse_keypair",
        ["cryptox509parsersaprivatekey"] = "no crypto.x509.parse_rsa_private_key",
        ["invalidkeyerror"] = "no http.send",
        ["jsonschema"] = "no json.*",
        ["time/test-time-0947#0"] = "test.sleep is a function of tests alone",
        ["withkeyword/test-with-builtin-mock#6"] = "no http.send",
        ["withkeyword/test-with-builtin-mock#7"] = "no http.send",
    };

    /// <summary>Why a case fails; null when it must hold.</summary>
    public static string? Reason(string category, string id) => Reasons.GetValueOrDefault(category) ?? Reasons.GetValueOrDefault(id);
}
