using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins;

/// <summary>What a request that is written as an object may and must hold.</summary>
internal static class HttpRequestOperand
{
    private static readonly HashSet<string> Allowed = new(StringComparer.Ordinal)
    {
        "method", "url", "body", "enable_redirect", "force_json_decode", "force_yaml_decode", "headers", "raw_body", "tls_use_system_certs",
        "tls_ca_cert", "tls_ca_cert_file", "tls_ca_cert_env_variable", "tls_client_cert", "tls_client_cert_file",
        "tls_client_cert_env_variable", "tls_client_key", "tls_client_key_file", "tls_client_key_env_variable", "tls_insecure_skip_verify",
        "tls_server_name", "timeout", "cache", "force_cache", "force_cache_duration_seconds", "raise_error", "caching_mode",
        "max_retry_attempts", "cache_ignored_headers",
    };

    private static readonly string[] Required = ["method", "url"];

    /// <summary>Fails with <c>eval_type_error</c> when a member is unknown or missing.</summary>
    public static void Check(ObjectValue request, string name)
    {
        var unknown = new SetBuilder(0);
        foreach (var (key, _) in request)
        {
            if (key is not StringValue text || !Allowed.Contains(text.Text))
            {
                unknown.Add(key);
            }
        }

        if (unknown.Count > 0)
        {
            throw Operand.Type($"{name}: operand 1 invalid request parameters(s): {unknown.ToSet()}");
        }

        var missing = SetValue.Of(Required.Where(key => request.Get(key) is null).Select(Value (key) => StringValue.Of(key)));
        if (missing.Count > 0)
        {
            throw Operand.Type($"{name}: operand 1 missing required request parameters(s): {missing}");
        }
    }
}
