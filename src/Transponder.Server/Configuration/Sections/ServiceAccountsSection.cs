using Transponder.Core.Catalog;
using Transponder.Server.Security;

namespace Transponder.Server.Configuration.Sections;

/// <summary><c>auth.serviceAccounts</c>: the clusters whose pods are believed who they are.</summary>
internal static class ServiceAccountsSection
{
    public static List<ServiceAccountOptions> Read(ConfigSection section, IReadOnlyList<DomainOption> domains)
    {
        var accounts = new List<ServiceAccountOptions>();
        foreach (var (text, map) in section.Items("serviceAccounts"))
        {
            if (map is null)
                section.Error("serviceAccounts", $"\"{text}\" is not a map of name, issuer, jwks, audience and namespaceTemplate");
            else if (ReadOne(map, domains) is { } account)
            {
                if (accounts.Exists(other => other.Name == account.Name))
                    map.Error("name", $"\"{account.Name}\" is used by another cluster");
                accounts.Add(account);
            }
        }

        return accounts;
    }

    private static ServiceAccountOptions? ReadOne(ConfigSection map, IReadOnlyList<DomainOption> domains)
    {
        var name = map.Required("name", "it is how the cluster is called");
        var issuer = map.Required("issuer", "it is what tokens carry as iss; kubectl get --raw /.well-known/openid-configuration tells it");
        var jwks = Keys(map);
        var audiences = map.Texts("audience");
        if (audiences.Count == 0)
            map.Error("audience", "is missing: without it, every pod's token for the Kubernetes API would be taken");
        var template = NamespaceTemplate.Parse(map.Text("namespaceTemplate", NamespaceTemplate.Default), out var problem);
        if (problem is not null)
            map.Error("namespaceTemplate", problem);
        var binding = map.Choice("executions", WorkloadBinding.Pod, ("pod", WorkloadBinding.Pod), ("namespace", WorkloadBinding.Namespace));
        if (issuer.Length == 0 || jwks is null || audiences.Count == 0 || template is null)
            return null;
        return new ServiceAccountOptions
        {
            Name = name,
            Issuer = new OidcOptions
            {
                Issuer = issuer,
                Audiences = audiences,
                Metadata = jwks,
                Jwks = jwks,
                KeysOnly = true,
            },
            Namespaces = template,
            Domains = [.. domains.Select(domain => domain.Id)],
            Binding = binding,
        };
    }

    private static Uri? Keys(ConfigSection map)
    {
        var place = map.Required("jwks", "it is the URL or the file of the cluster's keys; kubectl get --raw /openid/v1/jwks writes one");
        if (place.Length == 0)
            return null;
        if (!place.Contains("://", StringComparison.Ordinal))
        {
            if (!File.Exists(place))
                map.Warn("jwks", $"the file {place} does not exist; tokens are refused until it does");
            return new Uri(Path.GetFullPath(place));
        }

        if (Uri.TryCreate(place, UriKind.Absolute, out var url) && (url.IsFile || IssuerKeys.IsTrustworthy(url)))
            return url;
        map.Error("jwks", $"\"{place}\" must be a file, or begin with https://, since keys that travel in the clear can be forged");
        return null;
    }
}
