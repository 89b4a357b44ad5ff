namespace Reeve.Languages.Rego.Format;

/// <summary>There is no place for a comment in the layout: what holds it stays as it was written.</summary>
internal sealed class LayoutException : Exception;
