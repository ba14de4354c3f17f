import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import make_blobs, make_classification
from sklearn.decomposition import PCA
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    "model",
    [
        LogisticRegression(),
        DecisionTreeClassifier(max_depth=5, random_state=0),
        RandomForestClassifier(n_estimators=10, random_state=0),
    ],
    ids=["logistic", "tree", "forest"],
)
def test_a_model_does_better_than_a_coin(model, seed):
    rows, labels = make_classification(n_samples=300, random_state=seed)
    assert model.fit(rows[:200], labels[:200]).score(rows[200:], labels[200:]) > 0.65


def test_clusters_are_found():
    rows, _ = make_blobs(n_samples=150, centers=3, cluster_std=0.4, random_state=3)
    assert len(set(KMeans(3, n_init=2, random_state=0).fit_predict(rows))) == 3


def test_components_explain_what_they_are_made_of():
    rows, _ = make_classification(n_samples=200, random_state=4)
    scaled = StandardScaler().fit_transform(rows)
    assert PCA(5).fit(scaled).explained_variance_ratio_.sum() > 0.4
