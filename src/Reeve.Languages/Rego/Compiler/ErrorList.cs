using Reeve.Languages.Rego.Syntax;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>Errors in the order found, up to a bound.</summary>
internal sealed class ErrorList(int bound)
{
    private readonly List<RegoError> _errors = [];

    public bool Any => _errors.Count > 0;

    public bool Full => _errors.Count >= bound;

    public IReadOnlyList<RegoError> All => _errors;

    public void Add(string code, Location location, string message)
    {
        var error = new RegoError(code, message, location.File, location.Row, location.Column);
        if (!Full && !_errors.Contains(error))
        {
            _errors.Add(error);
        }
    }
}
