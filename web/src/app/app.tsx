// SPDX-License-Identifier: Apache-2.0
import { DatasetListPage } from '../datasets/dataset_list_page';
import { ViewerPage } from '../viewer_page/viewer_page';
import { Brand } from './brand';
import { Link } from './link';
import { Notice } from './notice';
import { route } from './route';

export function App() {
  const current = route.value;
  if (current.page === 'list') return <DatasetListPage />;
  if (current.page === 'viewer') return <ViewerPage key={current.id} id={current.id} />;
  return (
    <>
      <header class="bar">
        <Brand />
      </header>
      <main class="page">
        <Notice title="There is no such page">
          <p>The address may be mistyped or cut off.</p>
          <Link to="/" class="button">
            Show all datasets
          </Link>
        </Notice>
      </main>
    </>
  );
}
